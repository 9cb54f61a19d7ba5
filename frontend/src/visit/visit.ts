import "./visit-page";
