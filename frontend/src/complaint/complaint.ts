import "./complaint-page";
