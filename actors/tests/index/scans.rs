//! Real scans of real folders, searched.

use trawl_search::testing::inside;

use crate::searching::{found, request};
use crate::support::write;
use crate::world::{World, multi};

#[test]
fn what_a_scan_finds_is_searched_across_cuts_changes_and_starts() {
    multi().block_on(async {
        let world = World::new().await;
        world.corpus();
        world.scan().await;
        assert!(world.trawl.ranges(world.root.path()).await.len() > 1, "the range was cut");
        assert_eq!(world.found("type:email").await, 320);
        assert_eq!(world.found("kind:object coverage:read").await, 160);
        assert_eq!(world.found("path:f007").await, 3);
        let world = world.reopen().await;
        assert_eq!(found(&world.index, "type:email").await.len(), 320, "what was published");
        world.write("d1/f007.txt", "mail u7@mail.example.org\n");
        std::fs::remove_file(world.root.path().join("d0/f000.txt")).unwrap();
        world.write("d1/new.txt", "write to somebody@mail.example.org\n");
        world.scan().await;
        assert_eq!(world.found("type:email state:open").await, 320 - 1 - 2 + 1);
        assert_eq!(world.found("type:email state:closed").await, 2);
        world.is_as_if_made_anew().await;
        world.index.stop().await;
        world.trawl.close().await;
    });
}

#[test]
fn objects_that_were_not_read_are_found_with_the_reason() {
    multi().block_on(async {
        let world = World::new().await;
        world.write("a.txt", "nothing\n");
        world.write("b.bin", "\u{7f}ELF\0\0\0\0");
        std::os::unix::fs::symlink("a.txt", world.root.path().join("link")).unwrap();
        world.scan().await;
        assert_eq!(world.found("coverage:skipped").await, 2);
        assert_eq!(world.found("reason:symlink path:link").await, 1);
        world.is_as_if_made_anew().await;
        world.index.stop().await;
        world.trawl.close().await;
    });
}

#[test]
fn values_in_names_stand_in_no_file_of_the_index() {
    multi().block_on(async {
        let world = World::new().await;
        let value = "anna.plain@mail.example.org";
        world.write(&format!("letters of {value}/note.txt"), "nothing\n");
        world.write(&format!("{value}.txt"), "nothing\n");
        // Never opened, so that nobody has searched its name.
        let link = world.root.path().join(format!("link {value}"));
        std::os::unix::fs::symlink("note.txt", link).unwrap();
        world.scan().await;
        assert_eq!(world.found("type:email").await, 2);
        assert_eq!(world.found("path:note").await, 2);
        assert_eq!(world.found("path:anna").await, 0);
        assert_eq!(world.found("path:link").await, 1);
        world.index.publish().await.unwrap();
        world.index.stop().await;
        let mut files = 0;
        for file in std::fs::read_dir(world.data.path().join("index")).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            for word in ["anna", "plain@"] {
                assert!(memchr::memmem::find(&bytes, word.as_bytes()).is_none(), "{word}");
            }
            files += 1;
        }
        assert!(files > 0);
        world.trawl.close().await;
    });
}

#[test]
fn a_source_that_is_deleted_is_found_no_more_before_anybody_looks_around() {
    multi().block_on(async {
        let world = World::new().await;
        world.write("a.txt", "write to anna@mail.example.org\n");
        world.scan().await;
        assert_eq!(world.found("type:email").await, 1);
        let (source, _) = world.trawl.node.catalogue().list().await.unwrap().remove(0);
        world.trawl.node.delete(source).await.unwrap();
        // It is not waited until all is read: who waits for an index has it look around.
        while !found(&world.index, "*").await.is_empty() {
            tokio::task::yield_now().await;
        }
        world.index.stop().await;
        world.trawl.close().await;
    });
}

#[test]
fn of_a_source_that_is_deleted_no_file_of_the_index_has_anything() {
    multi().block_on(async {
        let mut world = World::new().await;
        world.write("a.txt", "write to anna@mail.example.org\n");
        world.scan().await;
        assert_eq!(world.found("type:email").await, 1);
        let other = tempfile::tempdir().unwrap();
        write(other.path(), "b.txt", "write to bert@mail.example.org\n");
        world.trawl.scan(other.path()).await;
        assert_eq!(world.found("type:email").await, 2);
        world.index.publish().await.unwrap();
        let at = world.root.path().as_os_str().as_encoded_bytes().to_vec();
        let sources = world.trawl.node.catalogue().list().await.unwrap();
        let (source, _) = sources.into_iter().find(|(_, head)| head.location == at).unwrap();
        assert!(world.index.holds(source).await.unwrap());
        world.trawl.node.delete(source).await.unwrap();
        // What has it is written anew, whatever becomes of who is at it.
        world = world.reopen().await;
        world.index.purged(source).await.unwrap();
        assert_eq!(world.found("type:email").await, 1);
        for part in world.index.parts().0 {
            let inside = inside(part.split()).unwrap();
            assert!(memchr::memmem::find(&inside, source.to_string().as_bytes()).is_none());
        }
        world.index.stop().await;
        world.trawl.close().await;
    });
}

#[test]
fn who_goes_away_gives_his_place_among_the_searches_back() {
    multi().block_on(async {
        let world = World::new().await;
        for _ in 0..20 {
            tokio::select! {
                biased;
                // It is begun, and left.
                _ = world.index.search(request("*")) => {}
                () = std::future::ready(()) => {}
            }
            assert_eq!(found(&world.index, "*").await.len(), 0);
        }
        world.index.stop().await;
        world.trawl.close().await;
    });
}
