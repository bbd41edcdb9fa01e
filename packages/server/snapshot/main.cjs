// The snapshot itself cannot `import()`.
import("../dist/cli/main.js");
