//! How this program speaks TLS: the cryptography, and whom it trusts. It does not open connections.

use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::{BuilderVerifierExt, Verifier};

use super::unverified::Unverified;

/// Whose certificates are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Those that the operating system trusts, and those that these authorities have signed.
    Verified(Vec<CertificateDer<'static>>),
    /// Anybody's.
    Anybody,
}

/// Why a file of certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file cannot be read, or is not PEM.
    #[error("cannot read certificates from {file}: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No certificate is in the file.
    #[error("{0} has no certificate in PEM form")]
    Empty(String),
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
        let file = path.display().to_string();
        let unreadable = |error: rustls::pki_types::pem::Error| TrustError::Unreadable {
            file: file.clone(),
            reason: error.to_string(),
        };
        let authorities = CertificateDer::pem_file_iter(path)
            .map_err(unreadable)?
            .collect::<Result<Vec<_>, _>>()
            .map_err(unreadable)?;
        if authorities.is_empty() {
            return Err(TrustError::Empty(file));
        }
        Ok(Self::Verified(authorities))
    }

    /// A client's side of TLS that offers these protocols, the preferred one first. `SSL_CERT_FILE` and
    /// `SSL_CERT_DIR` are honoured where the system has no trust store of its own.
    ///
    /// # Errors
    ///
    /// If the system's trusted certificates cannot be read, or an authority's is not one.
    pub fn client_config(&self, protocols: &[&[u8]]) -> Result<ClientConfig, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?;
        let mut config = match self {
            Self::Verified(authorities) if authorities.is_empty() => {
                builder.with_platform_verifier()?.with_no_client_auth()
            }
            Self::Verified(authorities) => {
                let verifier = Verifier::new_with_extra_roots(authorities.clone(), provider)?;
                builder
                    .dangerous()
                    .with_custom_certificate_verifier(Arc::new(verifier))
                    .with_no_client_auth()
            }
            Self::Anybody => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(Unverified(provider)))
                .with_no_client_auth(),
        };
        config.alpn_protocols = protocols.iter().map(|one| one.to_vec()).collect();
        Ok(config)
    }
}
