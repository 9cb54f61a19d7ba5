import "./board-app";
