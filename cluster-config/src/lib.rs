//! Every setting of a node, typed and layered.
