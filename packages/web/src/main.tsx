import { render } from "solid-js/web";
import { followPreferences } from "./platform/preferences.ts";
import { App } from "./shell/app.tsx";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/grid.css";
import "./styles/hunt.css";
import "./styles/editor.css";
import "./styles/stages.css";
import "./styles/chart.css";

followPreferences();
const root = document.getElementById("app");
if (root !== null) render(() => <App />, root);
