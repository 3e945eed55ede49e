namespace HandyBackup.Server.Network;

/// <summary>What strangers may take of the server.</summary>
public sealed record NetworkLimits
{
    /// <summary>How long a TLS handshake may take.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one may wait until his handshake begins when many come at once. Whoever connects gives up after 15 seconds, and comes again.</summary>
    public TimeSpan Turn { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>How long a panel may take to say hello and to log in. Answers to wrong passwords are held back for up to 30 seconds, and a person types.</summary>
    public TimeSpan Login { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long nothing at all may arrive from a panel that says every ten seconds that it lives: then it is held for dead.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How many connections there may be whose other side has not proved who it is.</summary>
    public int Unauthenticated { get; init; } = 4096;

    /// <summary>How many of them from one IPv4 address or one /64 network of IPv6. A branch office may have all its machines behind one address.</summary>
    public int UnauthenticatedPerNetwork { get; init; } = 1024;
}
