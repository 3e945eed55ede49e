namespace HandyBackup.Rpc.Wire;

/// <summary>How a panel on another machine says that it lives: by a call that does nothing, and whose answer says that the server lives. Both ends must know it, so the hello agrees on it.</summary>
internal static class PanelBeat
{
    /// <summary>As the hello names the ability.</summary>
    public const string Capability = "heartbeat";

    /// <summary>The call. It is no method of the contracts: it belongs to the connection and does nothing for anybody.</summary>
    public const string Method = "connection.beat";
}
