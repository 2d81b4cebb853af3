//! The people around a node: they judge, search, keep its lists and look after folders, until they
//! are sent home.

use std::io;
use std::path::Path;
use std::thread::Scope;

use super::client::{Client, Fallen, Square};
use super::judging::Judge;
use super::keeping::Keeper;
use super::searching::Searcher;
use super::steering::Steward;
use super::tree::Tree;

/// So many judge.
const JUDGES: u64 = 2;
/// So many search.
const SEARCHERS: u64 = 2;

/// Folders that are sources, by their ids.
pub type Folders = Vec<(Tree, String)>;

/// How many come where there are so many folders.
pub fn people(folders: usize) -> usize {
    (JUDGES + SEARCHERS) as usize + 1 + folders
}

/// Lets all of them come. The keeper of lists gets a place for folders of his own.
pub fn come<'scope, 'env>(
    scope: &'scope Scope<'scope, 'env>,
    square: &'env Square,
    folders: Folders,
    place: &Path,
    seed: u64,
) -> io::Result<()> {
    let scheduled = folders.first().map(|(_, source)| source.clone()).unwrap_or_default();
    let mut keeper = Keeper::new(place, scheduled, seed)?;
    scope.spawn(move || work(square, |client| keeper.turn(client)));
    for number in 0..JUDGES {
        let mut judge = Judge::new(number, JUDGES, seed);
        scope.spawn(move || work(square, |client| judge.turn(client)));
    }
    for number in 0..SEARCHERS {
        let mut searcher = Searcher::new(number, seed);
        scope.spawn(move || work(square, |client| searcher.turn(client)));
    }
    for (number, (tree, source)) in folders.into_iter().enumerate() {
        let mut steward = Steward::new(tree, source, seed + number as u64);
        scope.spawn(move || work(square, |client| steward.turn(client)));
    }
    Ok(())
}

/// Turn after turn, whatever falls meanwhile.
fn work(square: &Square, mut turn: impl FnMut(&mut Client<'_>) -> Result<(), Fallen>) {
    let mut client = Client::new(square);
    while client.enter() {
        // Who was not answered begins a new turn when the node is up again.
        let _ = turn(&mut client);
    }
}
