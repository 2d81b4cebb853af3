//! Files with somebody around them who watches, and sometimes meddles.

use async_trait::async_trait;
use trawl_model::ObjectKey;
use trawl_sources::connector::{ListRequest, RootProof};
use trawl_sources::files::{Files, Settings};
use trawl_sources::{Action, Connector, Content, Listing, SourceError};

type OnValidate = Box<dyn Fn() + Send + Sync>;
type OnList = Box<dyn Fn(&Listing) + Send + Sync>;
type OnOpen = Box<dyn Fn(&ObjectKey) -> Option<SourceError> + Send + Sync>;
type OnContent = Box<dyn Fn(&ObjectKey, Box<dyn Content>) -> Box<dyn Content> + Send + Sync>;

pub(crate) struct Around {
    files: Files,
    on_validate: OnValidate,
    on_list: OnList,
    on_open: OnOpen,
    on_content: OnContent,
}

impl Around {
    pub(crate) fn new(root: &std::path::Path) -> Self {
        Self {
            files: Files::new(root.to_owned(), Settings::default()).unwrap(),
            on_validate: Box::new(|| ()),
            on_list: Box::new(|_| ()),
            on_open: Box::new(|_| None),
            on_content: Box::new(|_, content| content),
        }
    }

    /// Stands before whoever asks whether the root is there.
    pub(crate) fn on_validate(self, on_validate: impl Fn() + Send + Sync + 'static) -> Self {
        Self { on_validate: Box::new(on_validate), ..self }
    }

    /// Is told of each page that was listed.
    pub(crate) fn on_list(self, on_list: impl Fn(&Listing) + Send + Sync + 'static) -> Self {
        Self { on_list: Box::new(on_list), ..self }
    }

    /// Is told before an object is opened, and may refuse it.
    pub(crate) fn on_open(
        self,
        on_open: impl Fn(&ObjectKey) -> Option<SourceError> + Send + Sync + 'static,
    ) -> Self {
        Self { on_open: Box::new(on_open), ..self }
    }

    /// Takes what was opened, and gives it on as it likes.
    pub(crate) fn on_content(
        self,
        on_content: impl Fn(&ObjectKey, Box<dyn Content>) -> Box<dyn Content> + Send + Sync + 'static,
    ) -> Self {
        Self { on_content: Box::new(on_content), ..self }
    }
}

#[async_trait]
impl Connector for Around {
    fn kind(&self) -> &'static str {
        self.files.kind()
    }

    fn location(&self) -> Vec<u8> {
        self.files.location()
    }

    async fn validate(&self) -> Result<RootProof, Vec<SourceError>> {
        (self.on_validate)();
        self.files.validate().await
    }

    async fn list(&self, request: ListRequest) -> Result<Listing, SourceError> {
        let listing = self.files.list(request).await?;
        (self.on_list)(&listing);
        Ok(listing)
    }

    async fn open(&self, key: &ObjectKey) -> Result<Box<dyn Content>, SourceError> {
        match (self.on_open)(key) {
            Some(error) => Err(error),
            None => Ok((self.on_content)(key, self.files.open(key).await?)),
        }
    }

    async fn act(&self, key: &ObjectKey, action: Action) -> Result<(), SourceError> {
        self.files.act(key, action).await
    }
}
