using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HandyBackup.Agent.Core.Connection;

/// <summary>The agent's own key. It is made on this machine and never leaves it.</summary>
internal static class AgentKey
{
    /// <summary>A new key: ECDSA on P-256.</summary>
    public static ECDsa Create() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>A PKCS#10 request in DER, signed with the key. It names nobody: who the agent is, the server says.</summary>
    public static byte[] Request(ECDsa key) => new CertificateRequest("CN=agent", key, HashAlgorithmName.SHA256).CreateSigningRequest();
}
