//! The records, and the stores that keep them.
