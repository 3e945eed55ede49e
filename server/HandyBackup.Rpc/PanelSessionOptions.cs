namespace HandyBackup.Rpc;

/// <summary>How a server treats a panel's connection.</summary>
public sealed record PanelSessionOptions
{
    /// <summary>How long a new connection may take to say hello, and to log in where that is needed, before it is closed.</summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Receives what the panel is not told: the whole of an exception that no caller can act on. Called from any thread; must not throw.</summary>
    public Action<UnexpectedError>? OnUnexpectedError { get; init; }
}
