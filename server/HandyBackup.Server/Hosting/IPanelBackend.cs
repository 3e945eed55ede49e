using HandyBackup.Rpc;

namespace HandyBackup.Server.Hosting;

/// <summary>What stands behind the endpoint. Disposing of it stops all runs.</summary>
public interface IPanelBackend : IAsyncDisposable
{
    /// <summary>What panels may call; ready when the backend is handed over.</summary>
    PanelServices Services { get; }
}
