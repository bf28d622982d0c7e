//! Signatures of files as `ssh-keygen -Y sign` makes and `ssh-keygen -Y verify` checks them, with Ed25519 keys.

use std::fs;
use std::path::{Path, PathBuf};

use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey, Signature, SshSig};

/// What signatures of certificates are made for: one made for something else is not taken for one.
pub const SIGNATURE_NAMESPACE: &str = "assize-certificate";

/// Why a key or a signature cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// A file cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// A file that is no such key.
    #[error("{} is no {what}: {reason}; ssh-keygen -t ed25519 makes a pair of keys", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A key that has a passphrase.
    #[error(
        "the key in {} has a passphrase; sign with ssh-keygen -Y sign -n {SIGNATURE_NAMESPACE} -f {} FILE, or give a key without one", path.display(), path.display()
    )]
    Encrypted {
        /// The file.
        path: PathBuf,
    },
    /// A signature that cannot be made.
    #[error("cannot sign: {0}")]
    Unsigned(String),
}

/// Why nobody vouches for a file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unvouched {
    /// The signature is none.
    #[error("the signature cannot be read: {0}")]
    Unreadable(String),
    /// It is one of something else.
    #[error("the signature was made for {0:?}, not for a certificate")]
    Namespace(String),
    /// It is that of somebody else.
    #[error("it was signed with another key, {0}")]
    Stranger(String),
    /// It is not one of this file.
    #[error("the file or its signature was changed after it was signed")]
    Changed,
}

/// A key that signs.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

/// The keys whose signatures count.
pub struct TrustedKeys(Vec<PublicKey>);

impl SigningKey {
    /// Reads a private key as `ssh-keygen -t ed25519` writes it.
    ///
    /// # Errors
    ///
    /// If the file has no such key, or one with a passphrase.
    pub fn read(path: &Path) -> Result<Self, SignatureError> {
        let no_key = |reason: String| SignatureError::NoKey {
            path: path.to_owned(),
            what: "private key that can sign",
            reason,
        };
        let key =
            PrivateKey::from_openssh(text(path)?).map_err(|error| no_key(error.to_string()))?;
        if key.is_encrypted() {
            let path = path.to_owned();
            return Err(SignatureError::Encrypted { path });
        }
        let other = || no_key(only_ed25519(&key.algorithm()));
        let both = key.key_data().ed25519().ok_or_else(other)?;
        let pair =
            Ed25519KeyPair::from_seed_and_public_key(both.private.as_ref(), both.public.as_ref())
                .map_err(|error| no_key(error.to_string()))?;
        let public = key.public_key().clone();
        Ok(Self { pair, public })
    }

    /// The signature of a content, as it stands in a file.
    ///
    /// # Errors
    ///
    /// If it cannot be written, which no content makes happen.
    pub fn sign(&self, content: &[u8]) -> Result<String, SignatureError> {
        let made = || {
            let signed = SshSig::signed_data(SIGNATURE_NAMESPACE, HashAlg::Sha512, content)?;
            let bytes = self.pair.sign(&signed).as_ref().to_vec();
            signed_with(&self.public, HashAlg::Sha512, bytes)?.to_pem(LineEnding::LF)
        };
        made().map_err(|error: ssh_key::Error| SignatureError::Unsigned(error.to_string()))
    }
}

impl TrustedKeys {
    /// Reads public keys, one a line as in `id_ed25519.pub`.
    ///
    /// # Errors
    ///
    /// If a line is no public key, or there is none.
    pub fn read(path: &Path) -> Result<Self, SignatureError> {
        let no_key = |reason: String| SignatureError::NoKey {
            path: path.to_owned(),
            what: "public key",
            reason,
        };
        let text = text(path)?;
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys = lines.map(PublicKey::from_openssh);
        let keys = keys.collect::<Result<Vec<_>, _>>();
        let keys = keys.map_err(|error| no_key(error.to_string()))?;
        match keys.first() {
            None => Err(no_key("it is empty".to_owned())),
            Some(key) if keys.iter().all(|key| key.key_data().ed25519().is_none()) => {
                Err(no_key(only_ed25519(&key.algorithm())))
            }
            Some(_) => Ok(Self(keys)),
        }
    }

    /// Whose signature of a content it is: the fingerprint of the key, and its comment.
    ///
    /// # Errors
    ///
    /// If it is none of these keys', or not one of this content.
    pub fn signer(&self, content: &[u8], text: &str) -> Result<String, Unvouched> {
        let unreadable = |error: ssh_key::Error| Unvouched::Unreadable(error.to_string());
        let signature = SshSig::from_pem(text).map_err(unreadable)?;
        if signature.namespace() != SIGNATURE_NAMESPACE {
            return Err(Unvouched::Namespace(signature.namespace().to_owned()));
        }
        let made_with = signature.public_key();
        let stranger = || Unvouched::Stranger(made_with.fingerprint(HashAlg::Sha256).to_string());
        let key = self.0.iter().find(|key| key.key_data() == made_with);
        let key = key.ok_or_else(stranger)?;
        let ed25519 = key.key_data().ed25519().ok_or_else(stranger)?;
        let hashed_by = signature.hash_alg();
        let bytes = signature.signature_bytes();
        let signed =
            SshSig::signed_data(SIGNATURE_NAMESPACE, hashed_by, content).map_err(unreadable)?;
        UnparsedPublicKey::new(&ED25519, ed25519.as_ref())
            .verify(&signed, bytes)
            .map_err(|_| Unvouched::Changed)?;
        // What is not signed, such as the version, is to be as we would write it.
        let again = signed_with(key, hashed_by, bytes.to_vec())
            .and_then(|again| again.to_pem(LineEnding::LF))
            .map_err(unreadable)?;
        let letters = |text: &str| text.split_whitespace().collect::<String>();
        if letters(&again) != letters(text) {
            return Err(Unvouched::Changed);
        }
        let named = format!("{} {}", key.fingerprint(HashAlg::Sha256), key.comment());
        Ok(named.trim_end().to_owned())
    }
}

fn signed_with(key: &PublicKey, hashed_by: HashAlg, bytes: Vec<u8>) -> ssh_key::Result<SshSig> {
    let signature = Signature::new(Algorithm::Ed25519, bytes)?;
    let key = key.key_data().clone();
    SshSig::new(key, SIGNATURE_NAMESPACE, hashed_by, signature)
}

fn text(path: &Path) -> Result<String, SignatureError> {
    fs::read_to_string(path).map_err(|cause| SignatureError::Unreadable {
        path: path.to_owned(),
        cause,
    })
}

fn only_ed25519(algorithm: &Algorithm) -> String {
    format!("it is of the kind {algorithm}, and only Ed25519 is understood")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::KeyPair;
    use ssh_key::public::{Ed25519PublicKey, KeyData};

    fn key(seed: u8) -> SigningKey {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let public = Ed25519PublicKey::try_from(pair.public_key().as_ref()).unwrap();
        let public = PublicKey::new(KeyData::Ed25519(public), "kim");
        SigningKey { pair, public }
    }

    #[test]
    fn no_byte_of_a_file_or_of_its_signature_can_be_another() {
        let (key, content) = (key(7), b"it conforms");
        let trusted = TrustedKeys(vec![super::tests::key(8).public, key.public.clone()]);
        let signature = key.sign(content).unwrap();
        let signer = trusted.signer(content, &signature).unwrap();
        assert!(signer.starts_with("SHA256:") && signer.ends_with(" kim"));
        for at in 0..content.len() {
            let mut other = *content;
            other[at] ^= 1;
            assert_eq!(trusted.signer(&other, &signature), Err(Unvouched::Changed));
        }
        for at in 0..signature.trim_end().len() {
            let mut other = signature.clone().into_bytes();
            other[at] ^= 1;
            let other = String::from_utf8(other).unwrap();
            assert!(trusted.signer(content, &other).is_err(), "{at}: {other}");
        }
    }

    #[test]
    fn whom_nobody_trusts_vouches_for_nothing() {
        let signature = key(7).sign(b"it conforms").unwrap();
        let trusted = TrustedKeys(vec![key(8).public]);
        let refused = trusted.signer(b"it conforms", &signature).unwrap_err();
        assert!(matches!(refused, Unvouched::Stranger(_)), "{refused}");
    }
}
