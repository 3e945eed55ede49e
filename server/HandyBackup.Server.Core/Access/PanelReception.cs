using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Server.Core;

/// <summary>Receives panels: gives each connection a guard, and services that know who calls. Safe to share between threads.</summary>
/// <param name="catalog">Accounts, grants and the audit log.</param>
/// <param name="services">What the server offers to whoever may use it.</param>
/// <param name="fleet">By which panels on other machines know the server.</param>
/// <param name="repositories">Finds repositories.</param>
/// <param name="snapshots">Finds snapshots.</param>
/// <param name="sealer">Seals the secrets of one-time codes, and the end of the audit log.</param>
/// <param name="cost">The cost of guessing users' passwords.</param>
/// <param name="time">The clock.</param>
internal sealed class PanelReception(
    ICatalog catalog,
    PanelReception.Offer services,
    Fleet fleet,
    RepositoryDirectory repositories,
    SnapshotDirectory snapshots,
    SecretSealer sealer,
    PasswordCost cost,
    TimeProvider time)
{
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(5);

    private readonly AccountDirectory _accounts = new(catalog, time);
    private readonly PanelVisitors _visitors = new();
    private readonly AuditChain _chain = new(sealer);
    private readonly AuditTrail _audit = new(catalog, new AuditChain(sealer), time);
    private readonly CallsUnderWay _calls = new();
    private readonly PasswordHasher _passwords = new(cost);
    private readonly OneTimeCodeCheck _codes = new(catalog, sealer, time);
    private readonly LoginDelays _delays = new(time);
    private readonly RemovalApproval _approval = new(catalog, time);

    /// <summary>What one connection meets.</summary>
    public PanelSeat Receive(PanelOrigin origin)
    {
        var visitor = new PanelVisitor(origin, _accounts, _visitors, _audit, _calls);
        var judge = new AccessJudge(visitor, catalog, services.Snapshots);
        var authentication = new Authentication(catalog, _passwords, _codes, _delays, _audit, time);
        return new PanelSeat(
            new PanelServices(
                origin.LocalAccount is null ? new RemoteServerInfo(services.ServerInfo, fleet) : services.ServerInfo,
                new NarrowedRepositories(new ApprovedRepositories(services.Repositories, repositories, _approval, visitor), judge),
                new NarrowedTasks(services.Tasks, judge),
                new NarrowedRuns(services.Runs, judge),
                new NarrowedAgents(services.Agents, judge),
                new NarrowedSnapshots(new ApprovedSnapshots(services.Snapshots, snapshots, _approval, visitor), judge),
                new NarrowedItems(services.Items, judge),
                services.EnrollmentTokens,
                new NarrowedAgentGroups(services.AgentGroups, judge),
                services.Settings,
                new LoginService(visitor, _visitors, catalog, _accounts, authentication, _passwords, _codes),
                new UserService(catalog, _passwords, _visitors, time),
                new ApiTokenService(catalog, _visitors, time),
                new RemovalRequestService(catalog, services.Snapshots, services.Repositories, _approval, visitor, _audit, time),
                new AuditLogService(catalog, _chain)),
            visitor);
    }

    /// <summary>Waits some seconds at most until the calls that change something have ended, and their end is in the audit log. The catalog must be open until then.</summary>
    public Task EndAsync() => _calls.WaitAsync(s_endLimit, time);

    /// <summary>The server's services, as they serve whoever may use them.</summary>
    internal sealed record Offer(
        IServerInfo ServerInfo,
        IRepositories Repositories,
        ITasks Tasks,
        IRuns Runs,
        IAgents Agents,
        ISnapshots Snapshots,
        IItems Items,
        IEnrollmentTokens EnrollmentTokens,
        IAgentGroups AgentGroups,
        ISettings Settings);
}
