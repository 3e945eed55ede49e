using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Server.Core;
using HandyBackup.Server.Hosting;
using HandyBackup.Testing;

namespace HandyBackup.Server.Tests.Fakes;

/// <summary>A backend that knows the server itself and one endless run; everything else is not there.</summary>
internal sealed class FakeBackend : IPanelBackend
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly PanelServices _services;

    private FakeBackend(BackendContext context) => _services = new PanelServices(
        new FakeServerInfo(context),
        AbsentService.Create<IRepositories>(),
        AbsentService.Create<ITasks>(),
        new EndlessRun(_stopped.Task),
        AbsentService.Create<IAgents>(),
        AbsentService.Create<ISnapshots>(),
        AbsentService.Create<IItems>(),
        AbsentService.Create<IEnrollmentTokens>(),
        AbsentService.Create<IAgentGroups>(),
        AbsentService.Create<ISettings>(),
        AbsentService.Create<ILogin>(),
        AbsentService.Create<IUsers>(),
        AbsentService.Create<IApiTokens>(),
        AbsentService.Create<IRemovalRequests>(),
        AbsentService.Create<IAuditLog>());

    public PanelSeat Receive(PanelOrigin origin) => new(_services, new AdmittingGuard());

    public FleetDoor? FleetDoor => null;

    /// <summary>Starts it; fails where the environment or a file <c>fail</c> in the data path says so.</summary>
    public static Task<IPanelBackend> StartAsync(BackendContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string fail = Path.Combine(context.Arguments.DataPath, "fail");
        return File.Exists(fail)
            ? throw (File.ReadAllText(fail) == "known"
                ? new HandyBackupException(ErrorCode.CatalogNewer, "The catalog is newer.") { Advice = "Update." }
                : new InvalidOperationException("unexpected"))
            : Task.FromResult<IPanelBackend>(new FakeBackend(context));
    }

    public ValueTask DisposeAsync()
    {
        _stopped.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
