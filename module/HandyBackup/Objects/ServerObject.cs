namespace HandyBackup.Module;

/// <summary>
/// What a server told us. The session travels along, so that a command further down the pipeline acts on the same server.
/// Texts are cleaned of control characters.
/// </summary>
public abstract class ServerObject
{
    private protected ServerObject(HBSession? session) => Session = session;

    /// <summary>The session that the object came from; null if it came from none.</summary>
    public HBSession? Session { get; }
}
