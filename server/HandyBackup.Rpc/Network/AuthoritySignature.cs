using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HandyBackup.Rpc.Network;

/// <summary>Whether a certificate was signed by a certain authority, directly: nobody in between may sign.</summary>
public static class AuthoritySignature
{
    /// <summary>A policy by which nothing is fetched from anywhere: the certificate of a stranger could name any address.</summary>
    public static X509ChainPolicy NoLookUps() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };

    /// <summary>
    /// Judges the signature. The time of either certificate is left to the caller, so that a forged certificate is never
    /// reported as an expired one.
    /// </summary>
    /// <param name="certificate">The certificate, from whomever.</param>
    /// <param name="authority">The authority's own certificate.</param>
    /// <param name="now">The time by the caller's clock.</param>
    /// <param name="use">The object identifier of a use that the certificate must allow; null for none.</param>
    public static bool IsGood(X509Certificate2 certificate, X509Certificate2 authority, DateTimeOffset now, string? use = null)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy = NoLookUps();
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        if (use is not null)
        {
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(use));
        }

        try
        {
            // Two links: the authority's own certificate cannot be shown as another's either.
            return chain.Build(certificate)
                && chain.ChainElements.Count == 2
                && chain.ChainElements[1].Certificate.RawDataMemory.Span.SequenceEqual(authority.RawDataMemory.Span);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            foreach (X509ChainElement element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }
}
