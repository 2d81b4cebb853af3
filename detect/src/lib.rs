//! The detection engine: bytes in, detections out. No I/O, no async, no clock.
//!
//! Four stages, cheap first: what is not text is left; one pass finds places worth a look; at each
//! place an anchored automaton and the type's check; then context decides how sure it is, and
//! overlaps are resolved. A type is a rule file and, where there is a check, one pure function.
