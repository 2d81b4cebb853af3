//! Nodes that meet, ask, talk and flood each other, over sockets of this machine.

mod asking;
mod controlling;
mod cutting;
mod flooding;
mod gossiping;
mod meeting;
mod node;
mod played;
