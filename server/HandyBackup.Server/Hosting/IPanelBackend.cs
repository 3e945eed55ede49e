using HandyBackup.Rpc;
using HandyBackup.Server.Core;

namespace HandyBackup.Server.Hosting;

/// <summary>What stands behind the endpoint. Disposing of it stops all runs.</summary>
public interface IPanelBackend : IAsyncDisposable
{
    /// <summary>Receives a panel; may be called as soon as the backend is handed over.</summary>
    /// <param name="origin">Where it comes from, as the transport has proved it.</param>
    PanelSeat Receive(PanelOrigin origin);

    /// <summary>Serves connections from other machines; null for a server that listens to none.</summary>
    FleetDoor? FleetDoor { get; }
}
