import "./demo-page";
