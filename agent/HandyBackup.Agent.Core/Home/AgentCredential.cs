using System.Security.Cryptography.X509Certificates;

namespace HandyBackup.Agent.Core.Home;

/// <summary>What the agent proves itself with, and what it knows its server by. Immutable; whoever got it disposes of it.</summary>
/// <param name="certificate">The agent's certificate with its private key; owned from now on.</param>
/// <param name="authority">The certificate of the server's certification authority; owned from now on.</param>
public sealed class AgentCredential(X509Certificate2 certificate, X509Certificate2 authority) : IDisposable
{
    /// <summary>The agent's certificate with its private key.</summary>
    public X509Certificate2 Certificate { get; } = certificate;

    /// <summary>The certificate of the server's certification authority: nobody else is the server.</summary>
    public X509Certificate2 Authority { get; } = authority;

    /// <summary>The agent's id: the subject of its certificate.</summary>
    public string AgentId => Certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    /// <summary>From when on the certificate should be renewed: when a third of its life is left.</summary>
    public DateTimeOffset RenewFrom
    {
        get
        {
            DateTimeOffset end = Expires;
            return end - ((end - new DateTimeOffset(Certificate.NotBefore.ToUniversalTime())) / 3);
        }
    }

    /// <summary>From when on the server refuses the certificate.</summary>
    public DateTimeOffset Expires => new(Certificate.NotAfter.ToUniversalTime());

    /// <summary>Lets go of the key in memory.</summary>
    public void Dispose()
    {
        Certificate.Dispose();
        Authority.Dispose();
    }
}
