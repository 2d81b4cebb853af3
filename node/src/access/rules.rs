//! Rules of one's own.

use hyper::Method;
use serde::Serialize;

use super::{Access, WITHOUT_QUERY, segment};
use crate::answers::no_pack;
use crate::audit;
use crate::error::Error;
use crate::records::{
    CheckedRulePack, NewRulePack, RulePack, RulePackFiles, RulePacks, ShownRule, ShownRules,
};

/// Which version of a pack is asked for.
#[derive(Serialize)]
struct Version {
    version: Option<u32>,
}

impl Access {
    /// All rules that apply.
    pub(crate) async fn rules(&self) -> Result<Vec<ShownRule>, Error> {
        match self {
            Self::Here(answers) => Ok(answers.rules().await?.rules),
            Self::There(remote) => {
                let shown: ShownRules = remote.get("/api/v1/rules", &WITHOUT_QUERY).await?;
                Ok(shown.rules)
            }
        }
    }

    /// The packs that apply.
    pub(crate) async fn rule_packs(&self) -> Result<RulePacks, Error> {
        match self {
            Self::Here(answers) => answers.rule_packs().await,
            Self::There(remote) => remote.get("/api/v1/rule-packs", &WITHOUT_QUERY).await,
        }
    }

    /// The files of a pack.
    pub(crate) async fn rule_pack_files(
        &self,
        name: &str,
        version: Option<u32>,
    ) -> Result<RulePackFiles, Error> {
        match self {
            Self::Here(answers) => answers.rule_pack_files(name, version).await,
            Self::There(_) if name.is_empty() => Err(no_pack(name)),
            Self::There(remote) => {
                let path = format!("/api/v1/rule-packs/{}/files", segment(name));
                remote.get(&path, &Version { version }).await
            }
        }
    }

    /// Puts a pack.
    pub(crate) async fn put_rule_pack(
        &self,
        name: &str,
        pack: NewRulePack,
    ) -> Result<RulePack, Error> {
        match self {
            Self::Here(answers) => {
                let files = pack.files.into_iter().map(Into::into).collect();
                answers.put_rule_pack(&audit::local_user(), name, files).await
            }
            Self::There(_) if name.is_empty() => Err(no_pack(name)),
            Self::There(remote) => {
                let path = format!("/api/v1/rule-packs/{}", segment(name));
                remote.change(Method::PUT, &path, Some(&pack)).await
            }
        }
    }

    /// Looks whether a pack would be taken.
    pub(crate) async fn check_rule_pack(
        &self,
        name: &str,
        pack: NewRulePack,
    ) -> Result<CheckedRulePack, Error> {
        match self {
            Self::Here(answers) => {
                let files = pack.files.into_iter().map(Into::into).collect();
                answers.check_rule_pack(name, files).await
            }
            Self::There(_) if name.is_empty() => Err(no_pack(name)),
            Self::There(remote) => {
                let path = format!("/api/v1/rule-packs/{}/check", segment(name));
                remote.change(Method::POST, &path, Some(&pack)).await
            }
        }
    }

    /// Removes a pack.
    pub(crate) async fn remove_rule_pack(&self, name: &str) -> Result<RulePacks, Error> {
        match self {
            Self::Here(answers) => answers.remove_rule_pack(&audit::local_user(), name).await,
            Self::There(_) if name.is_empty() => Err(no_pack(name)),
            Self::There(remote) => {
                let path = format!("/api/v1/rule-packs/{}", segment(name));
                remote.change(Method::DELETE, &path, None::<&()>).await
            }
        }
    }
}
