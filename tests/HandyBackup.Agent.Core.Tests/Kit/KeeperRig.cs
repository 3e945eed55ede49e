using System.Collections.Concurrent;
using System.Security.Cryptography;
using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Sources;
using HandyBackup.Contracts;
using HandyBackup.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Agent.Core.Tests.Kit;

/// <summary>An enrolled agent whose server is a script and whose clock is the test's.</summary>
internal sealed class KeeperRig : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public KeeperRig()
    {
        Door = new ScriptedDoor(Authority);
        Credential = new CredentialFile(new AgentHome(_folder.Path), new FileRightsProtection());
        using ECDsa key = AgentKey.Create();
        Credential.Write(key, Sign(AgentKey.Request(key)), Authority.Certificate);
    }

    public FakeTimeProvider Time { get; } = new(Start);

    public TestAuthority Authority { get; } = new();

    public ScriptedDoor Door { get; }

    public CredentialFile Credential { get; }

    public ReconnectSignal Signal { get; } = new();

    public RecordedLog Log { get; } = new();

    public ConcurrentQueue<AgentStatusReport> Reports { get; } = new();

    public ConcurrentQueue<AgentKind> Made { get; } = new();

    /// <summary>A certificate for 300 days from now.</summary>
    public byte[] Sign(byte[] request) => Authority.Sign(request, Guid.NewGuid(), Time.GetUtcNow(), TimeSpan.FromDays(300));

    /// <summary>Begins to connect.</summary>
    public void Run(double chance = 1, AgentKind lastKind = AgentKind.Workstation) => RunWith(Door, chance, lastKind);

    /// <summary>Begins to connect to another server.</summary>
    public void RunWith(IServerDoor door, double chance = 1, AgentKind lastKind = AgentKind.Workstation)
    {
        var keeper = new ConnectionKeeper(new ConnectionKeeperParts
        {
            Server = ServerAddress.Parse("server.example:10680"),
            Door = door,
            Credential = Credential,
            CreateAgent = kind =>
            {
                Made.Enqueue(kind);
                return new AgentHost(new SourceRegistry([]), kind.ToString(), Time, NullLoggerFactory.Instance);
            },
            LastKind = lastKind,
            Report = Reports.Enqueue,
            Signal = Signal,
            Time = Time,
            Random = new FixedRandom(chance),
            Logger = Log,
        });
        _running = keeper.RunAsync(_stop.Token);
    }

    /// <summary>Lets time pass until there is another attempt, or a connection for the next one.</summary>
    /// <returns>How much time it took; the limit if there was none.</returns>
    public async Task<TimeSpan> UntilNextAttemptAsync(TimeSpan limit, TimeSpan step)
    {
        // What the last attempt set off is to have come to its pause.
        await SettleAsync();
        int before = Door.Attempts;
        TimeSpan passed = TimeSpan.Zero;
        while (Door.Attempts == before && passed < limit)
        {
            Time.Advance(step);
            passed += step;
            await SettleAsync();
        }

        return passed;
    }

    /// <summary>Gives what is under way the time to come to where it waits for the clock.</summary>
    public static async Task SettleAsync()
    {
        // On a busy machine it may not even have begun: nothing is to wait for a thread at two looks in a row.
        for (int quiet = 0; quiet < 2; quiet = ThreadPool.PendingWorkItemCount == 0 ? quiet + 1 : 0)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits, in real time, until something is so.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    /// <summary>Stops the agent.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        Authority.Dispose();
        _folder.Dispose();
    }
}
