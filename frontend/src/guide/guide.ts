import "./guide-page";
