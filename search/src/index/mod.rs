//! How documents lie in tantivy, and how a query is asked there.
//!
//! Nothing is stored but what is needed to find, to count and to sort: the body of a hit comes
//! from the store by its key. Words of paths and members are terms with positions. Names (types,
//! formats, laws and the like) are terms as they are given; folding them, and taking them apart
//! into words, is done once a split over the few that there are ([`vocabulary`]), by the same code
//! that says what a query means. So what has no positions needs none, and the answers are the same
//! by construction.

pub(crate) mod columns;
pub(crate) mod layout;
pub(crate) mod lower;
pub(crate) mod phrase;
pub(crate) mod vocabulary;
pub(crate) mod write;
pub(crate) mod written;
