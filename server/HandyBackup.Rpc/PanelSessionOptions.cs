namespace HandyBackup.Rpc;

/// <summary>How a server treats a panel's connection.</summary>
public sealed record PanelSessionOptions
{
    /// <summary>How long a new connection may take to say hello, and to log in where that is needed, before it is closed.</summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long nothing at all may arrive from a panel with a heartbeat before it is held for dead: two beats and a half. Null to agree on no heartbeat, where the system itself tells that the other end has gone.
    /// </summary>
    public TimeSpan? SilenceLimit { get; init; }

    /// <summary>Cuts the transport when the panel is held for dead: what is still to be sent must hold up nobody. Called from any thread; must not throw.</summary>
    public Action? Abort { get; init; }

    /// <summary>Receives what the panel is not told: the whole of an exception that no caller can act on. Called from any thread; must not throw.</summary>
    public Action<UnexpectedError>? OnUnexpectedError { get; init; }
}
