//! How this program speaks TLS: the cryptography, and whom it trusts. It does not open connections.

use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls_platform_verifier::Verifier;

use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

use super::pinning::Pinning;
use super::unverified::Unverified;

/// The variables that say which authorities the system trusts.
const TOLD: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Whose certificates are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Those that the operating system trusts, those that these authorities have signed, and these
    /// themselves.
    Verified(Vec<CertificateDer<'static>>),
    /// Anybody's.
    Anybody,
}

/// Why a file of certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file cannot be read, or is not PEM.
    #[error("cannot read {what} from {file}: {reason}")]
    Unreadable {
        /// What it is read for.
        what: &'static str,
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No certificate is in the file.
    #[error("{0} has no certificate in PEM form")]
    Empty(String),
    /// No private key is in the file.
    #[error(
        "{0} has no private key in PEM form that can be read; decrypt one that has a passphrase first: openssl pkey -in FILE -out FILE"
    )]
    NoKey(String),
    /// A certificate and a key that do not make an identity.
    #[error(
        "the certificate in {certificate} and the key in {key} cannot be used together: {reason}"
    )]
    Identity {
        /// The file of the certificate.
        certificate: String,
        /// The file of the key.
        key: String,
        /// What is wrong with them.
        reason: String,
    },
}

/// All certificates of a file in PEM form, one at least.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let file = path.display().to_string();
    let unreadable = |error: pem::Error| TrustError::Unreadable {
        what: "certificates",
        file: file.clone(),
        reason: error.to_string(),
    };
    let all = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(unreadable)?;
    if all.is_empty() {
        return Err(TrustError::Empty(file));
    }
    Ok(all)
}

impl Default for Trust {
    fn default() -> Self {
        Self::Verified(Vec::new())
    }
}

impl Trust {
    /// Trusts the certificates in a file in PEM form, besides those that the operating system trusts.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or has no certificate in it.
    pub fn with_authorities(path: &Path) -> Result<Self, TrustError> {
        certificates(path).map(Self::Verified)
    }

    /// A client's side of TLS that offers these protocols, the preferred one first, and shows no
    /// certificate of its own.
    ///
    /// # Errors
    ///
    /// If the system's trusted certificates cannot be read, or an authority's is not one.
    pub fn client_config(&self, protocols: &[&[u8]]) -> Result<ClientConfig, rustls::Error> {
        TlsClient::from(self.clone()).client_config(protocols)
    }

    /// What decides about a certificate. `SSL_CERT_FILE` and `SSL_CERT_DIR` are honoured where the system
    /// has no trust store of its own.
    fn verifier(
        &self,
        provider: Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
        Ok(match self {
            Self::Verified(given) if given.is_empty() => Arc::new(authorities(given, &provider)?),
            Self::Verified(given) => Arc::new(Pinning {
                authorities: authorities(given, &provider)?,
                given: given.clone(),
            }),
            Self::Anybody => Arc::new(Unverified(provider)),
        })
    }
}

/// The authorities of the system, and these. Where the system has none, as in an image with nothing but this program,
/// those that browsers trust are built in; not where a variable says which authorities are meant.
fn authorities(
    given: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
) -> Result<Verifier, rustls::Error> {
    let besides = |more: &[CertificateDer<'static>]| {
        let all = given.iter().chain(more).cloned();
        Verifier::new_with_extra_roots(all, Arc::clone(provider))
    };
    let is_told = TOLD.iter().any(|name| std::env::var_os(name).is_some());
    match Verifier::new(Arc::clone(provider)) {
        Ok(of_system) if given.is_empty() => Ok(of_system),
        Err(_) if !is_told => besides(TLS_SERVER_ROOT_CERTS),
        Err(none) if given.is_empty() => Err(none),
        _ => besides(&[]),
    }
}

/// The certificate that this program shows to the target, and its private key.
#[derive(Clone, Debug)]
pub struct ClientIdentity {
    chain: Vec<CertificateDer<'static>>,
    key: Arc<PrivateKeyDer<'static>>,
}

impl ClientIdentity {
    /// Reads a certificate, with those that lead to its authority, and its private key, both in PEM form.
    ///
    /// # Errors
    ///
    /// If a file cannot be read or has not in it what it is for, or the two do not belong together.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, TrustError> {
        let identity = Self {
            chain: certificates(certificate)?,
            key: Arc::new(private_key(key)?),
        };
        let client = TlsClient {
            trust: Trust::Anybody,
            identity: Some(identity.clone()),
        };
        match client.client_config(&[]) {
            Ok(_) => Ok(identity),
            Err(error) => Err(TrustError::Identity {
                certificate: certificate.display().to_string(),
                key: key.display().to_string(),
                reason: error.to_string(),
            }),
        }
    }
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TrustError> {
    let file = path.display().to_string();
    PrivateKeyDer::from_pem_file(path).map_err(|error| match error {
        pem::Error::NoItemsFound => TrustError::NoKey(file),
        other => TrustError::Unreadable {
            what: "a private key",
            file,
            reason: other.to_string(),
        },
    })
}

/// How this program speaks TLS with a target: whom it trusts, and who it says it is.
#[derive(Clone, Debug, Default)]
pub struct TlsClient {
    /// Whose certificates are accepted.
    pub trust: Trust,
    /// The certificate to show to whoever asks for one.
    pub identity: Option<ClientIdentity>,
}

impl From<Trust> for TlsClient {
    fn from(trust: Trust) -> Self {
        let identity = None;
        Self { trust, identity }
    }
}

impl TlsClient {
    /// A client's side of TLS that offers these protocols, the preferred one first.
    ///
    /// # Errors
    ///
    /// If the system's trusted certificates cannot be read, or a certificate or key is not one.
    pub fn client_config(&self, protocols: &[&[u8]]) -> Result<ClientConfig, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(self.trust.verifier(provider)?);
        let mut config = match &self.identity {
            Some(ClientIdentity { chain, key }) => {
                builder.with_client_auth_cert(chain.clone(), key.clone_key())?
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = protocols.iter().map(|one| one.to_vec()).collect();
        Ok(config)
    }
}
