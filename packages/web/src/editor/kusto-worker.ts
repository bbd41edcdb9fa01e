// The thread of KQL's language service: completion, hover, colours, formatting. Its runtime has to be there before it.
import "@kusto/language-service/bridge.min.js";
import "@kusto/monaco-kusto/release/esm/kusto.worker.js";
