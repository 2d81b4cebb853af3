//! Documents spread over splits at random, some of them dead.

use std::collections::BTreeSet;

use trawl_search::Document;
use trawl_search::leaf::Part;
use trawl_search::split::{Dead, Input, Scratch, Split, build, merge};
use trawl_search::testing::{self, Seed};

pub(crate) struct World {
    documents: Vec<Document>,
    dead: BTreeSet<usize>,
    splits: Vec<Lot>,
    parts: Vec<Part>,
}

/// A split, and which of the documents it has.
struct Lot {
    split: Split,
    documents: Vec<usize>,
    dead: Dead,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let documents = testing::documents(seed, 300);
        let mut seed = Seed::new(!seed);
        let mut world =
            Self { documents, dead: BTreeSet::new(), splits: Vec::new(), parts: Vec::new() };
        let mut at = 0;
        while at < world.documents.len() {
            let until = (at + 1 + seed.below(90)).min(world.documents.len());
            world.splits.push(world.lot((at..until).collect()));
            at = until;
            world.kill(&mut seed);
            if seed.chance(30) {
                world.compact(&mut seed);
            }
        }
        world.parts = world.splits.iter().map(|l| Part::new(l.split.clone(), &l.dead)).collect();
        world
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// What is to be found.
    pub(crate) fn living(&self) -> impl Iterator<Item = &Document> {
        let all = self.documents.iter().enumerate();
        all.filter(|(at, _)| !self.dead.contains(at)).map(|(_, document)| document)
    }

    fn lot(&self, documents: Vec<usize>) -> Lot {
        let bundle = build(documents.iter().map(|at| &self.documents[*at])).unwrap();
        let split = Split::of_bytes("a split", bundle.to_bytes().unwrap()).unwrap();
        Lot { split, documents, dead: Dead::none() }
    }

    fn kill(&mut self, seed: &mut Seed) {
        for lot in &mut self.splits {
            for _ in 0..seed.below(8) {
                let at = seed.below(lot.documents.len());
                if let Some(document) = lot.documents.get(at) {
                    lot.dead.extend([at as u32]);
                    self.dead.insert(*document);
                }
            }
        }
    }

    fn compact(&mut self, seed: &mut Seed) {
        let from = seed.below(self.splits.len());
        let inputs: Vec<Lot> = self.splits.drain(from..).collect();
        let given: Vec<_> =
            inputs.iter().map(|lot| Input { split: &lot.split, dead: &lot.dead }).collect();
        let bundle = merge(&given, &Scratch::Memory).unwrap();
        let split = Split::of_bytes("a merged split", bundle.to_bytes().unwrap()).unwrap();
        let living = inputs.iter().flat_map(|lot| {
            let numbered = (0..).zip(&lot.documents);
            numbered.filter(|(at, _)| !lot.dead.contains(*at)).map(|(_, document)| *document)
        });
        let documents: Vec<_> = living.collect();
        assert_eq!(split.meta().documents as usize, documents.len());
        self.splits.push(Lot { split, documents, dead: Dead::none() });
    }
}
