import "./ticket-page";
