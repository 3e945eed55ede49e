using System.Text.Json.Nodes;

namespace HandyBackup.EndToEnd.Tests.Fleet.Kit;

/// <summary>The agent program with a data folder of its own.</summary>
/// <param name="name">Its name on the server.</param>
/// <param name="home">Its data folder.</param>
/// <param name="host">The machine that it runs on; null for this one.</param>
internal sealed class AgentProcess(string name, string home, LabHost? host) : IAsyncDisposable
{
    private readonly List<string> _saidBefore = [];
    private FleetProcess? _process;

    /// <summary>Its name on the server.</summary>
    public string Name => name;

    /// <summary>The data folder.</summary>
    public string Home => home;

    /// <summary>The machine that it runs on.</summary>
    public LabHost Host => host ?? throw new InvalidOperationException("The agent has no machine of its own.");

    /// <summary>What its processes wrote, those that were killed included.</summary>
    public IEnumerable<string> Log => [.. _saidBefore, .. _process?.Said ?? []];

    /// <summary>How it says that it stands with its server: <c>Connecting</c>, <c>Connected</c>, <c>Refused</c>, <c>Stopped</c>.</summary>
    public string State => Status?["state"]?.GetValue<string>() ?? "";

    /// <summary>Why it says it is not connected; null if it is.</summary>
    public string? Error => Status?["error"]?["code"]?.GetValue<string>();

    private JsonNode? Status => File.Exists(Path.Join(home, "status.json")) ? JsonNode.Parse(File.ReadAllBytes(Path.Join(home, "status.json"))) : null;

    /// <summary>Makes it an agent of a server.</summary>
    /// <param name="server">The server, as the agent reaches it.</param>
    /// <param name="token">The enrolment token.</param>
    /// <param name="bandwidth">How much may travel each way, as the agent's settings say it; null for all that can.</param>
    public async Task EnrollAsync(string server, string token, string? bandwidth)
    {
        string file = home + ".token";
        await File.WriteAllTextAsync(file, token, TestContext.Current.CancellationToken);
        await using (FleetProcess enroll = FleetProcess.Start(host, FleetProgram.Agent, "enroll", "--server", server, "--token-file", file, "--name", name, "--data-path", home))
        {
            Assert.True(await enroll.EndAsync() == 0, string.Join('\n', enroll.Said));
        }

        if (bandwidth is not null)
        {
            string settings = Path.Join(home, "agent.json");
            JsonNode content = JsonNode.Parse(await File.ReadAllTextAsync(settings, TestContext.Current.CancellationToken))!;
            content["bandwidth"] = new JsonArray(bandwidth);
            await File.WriteAllTextAsync(settings, content.ToJsonString(), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Starts it.</summary>
    public void Start() => _process = FleetProcess.Start(host, FleetProgram.Agent, "run", "--data-path", home);

    /// <summary>Ends it as a loss of power would.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            await process.KillAsync();
            _saidBefore.AddRange(process.Said);
            await process.DisposeAsync();
            _process = null;
        }
    }

    /// <summary>Lets its machine sleep.</summary>
    public Task FreezeAsync() => _process!.FreezeAsync();

    /// <summary>Wakes its machine up.</summary>
    public Task ThawAsync() => _process!.ThawAsync();

    /// <summary>True if it runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await KillAsync();
}
