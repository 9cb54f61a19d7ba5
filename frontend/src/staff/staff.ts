import "./staff-app";
