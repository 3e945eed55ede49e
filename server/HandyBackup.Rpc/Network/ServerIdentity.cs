using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Network;

/// <summary>Whether the certificate that a server showed is that of the server which was meant.</summary>
internal sealed class ServerIdentity(ServerAddress address, TimeProvider time)
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";

    /// <summary>Why the server is not trusted; null if it is.</summary>
    /// <param name="certificate">What the server showed; null if it showed none.</param>
    /// <param name="authority">The certificate of the authority that must have signed it.</param>
    public HandyBackupException? Fault(X509Certificate2? certificate, X509Certificate2 authority)
    {
        // In this order: what a certificate says of itself means nothing before it is known to be signed by the right one.
        DateTimeOffset now = time.GetUtcNow();
        if (certificate is null || !AuthoritySignature.IsGood(certificate, authority, now, ServerUse))
        {
            return new HandyBackupException(ErrorCode.ServerCertificateUntrusted, $"The server at {address} is not the one that this machine trusts: another authority signed its certificate.")
            {
                Target = address.ToString(),
                Advice = "See that the address is the right server's: somebody between the machines would look the same. If that server was set up anew, an agent enrols again with a new token.",
            };
        }

        if (now < certificate.NotBefore || now > certificate.NotAfter)
        {
            return new HandyBackupException(
                ErrorCode.ServerCertificateNotValidNow,
                $"The certificate of the server at {address} is good from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}, and this machine's clock says {now:u}.")
            {
                Target = address.ToString(),
                Advice = "Set the clocks of both machines.",
            };
        }

        return certificate.MatchesHostname(address.Host, allowWildcards: false, allowCommonName: false)
            ? null
            : new HandyBackupException(ErrorCode.ServerNameMismatch, $"The certificate of the server does not name '{address.Host}'.")
            {
                Target = address.ToString(),
                Advice = $"Connect to a name that the server has, or start the server with --name {address.Host}.",
            };
    }
}
