using System.Net;
using System.Text.Json.Nodes;
using HandyBackup.Contracts;
using HandyBackup.EndToEnd.Tests.Fleet.Kit;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.Rpc;

namespace HandyBackup.EndToEnd.Tests.Installation.Kit;

/// <summary>A server on this machine, and a machine of systemd's on which the agent's package is installed at its usual places. At the end the logs of both are in the test's output.</summary>
internal sealed class InstallationScene : IAsyncDisposable
{
    /// <summary>The agent's unit.</summary>
    public const string Unit = "handybackup-agent.service";

    /// <summary>The unit's file.</summary>
    public const string UnitFile = "/etc/systemd/system/" + Unit;

    /// <summary>Where the program lies.</summary>
    public const string ProgramFolder = "/opt/handybackup-agent";

    /// <summary>Where the agent's data lie.</summary>
    public const string DataFolder = "/var/lib/handybackup-agent";

    private const int MostLines = 60;

    private readonly string _folder = Directory.CreateTempSubdirectory("hb-systemd-").FullName;
    private SystemdMachine? _machine;

    private InstallationScene() => Server = new ServerProcess(Path.Join(_folder, "data"), new IPEndPoint(IPAddress.Loopback, LoopbackPort.Choose()), host: null);

    /// <summary>The server.</summary>
    public ServerProcess Server { get; }

    /// <summary>The administrator's panel.</summary>
    public PanelConnection Panel => Server.Panel;

    /// <summary>The machine.</summary>
    public SystemdMachine Machine => _machine ?? throw new InvalidOperationException("The machine has not started.");

    /// <summary>The agent's name on the server: the machine's.</summary>
    public string Agent => Machine.Name;

    /// <summary>The folder with the package.</summary>
    public static string Package => Path.GetDirectoryName(FleetProgram.Agent)!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A scene whose server and machine run.</summary>
    public static async Task<InstallationScene> StartAsync()
    {
        SystemdMachine.SkipUnlessPossible();
        var scene = new InstallationScene();
        try
        {
            TestContext.Current.TestOutputHelper?.WriteLine(FleetProgram.Origin);
            await scene.Server.StartAsync();
            scene._machine = await SystemdMachine.StartAsync(Directory.CreateDirectory(Path.Join(scene._folder, "shared")).FullName);
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>A path that the machine sees too.</summary>
    public string In(string name) => Path.Join(_folder, "shared", name);

    /// <summary>Installs the agent, which must succeed.</summary>
    public async Task InstallAsync()
    {
        await File.WriteAllTextAsync(In("token"), await Panel.CreateTokenAsync(), Token);
        await Machine.RunAsync(FleetProgram.Agent, "install", "--server", Server.EndPoint.ToString(), "--token-file", In("token"));
    }

    /// <summary>Makes a folder with the package in it, to be changed into another version.</summary>
    /// <returns>The version's program.</returns>
    public async Task<string> CopyPackageAsync(string name)
    {
        await SystemProgram.RunAsync("cp", ["--archive", Package, In(name)], "/");
        return Path.Join(In(name), Path.GetFileName(FleetProgram.Agent));
    }

    /// <summary>The agent's process, as the machine numbers it; 0 for none.</summary>
    public Task<string> ProcessAsync() => Machine.ShowAsync(Unit, "MainPID");

    /// <summary>The agent as the server knows it.</summary>
    public Task<AgentInfo> FindAgentAsync() => Panel.FindAgentAsync(Agent);

    /// <summary>Waits until the process that systemd calls the agent's says that it is connected.</summary>
    /// <returns>The process, as the machine numbers it.</returns>
    public async Task<string> WaitUntilConnectedAsync()
    {
        while (true)
        {
            string process = await ProcessAsync();
            if (process != "0" && await Machine.TryRunAsync($"{ProgramFolder}/hb-agent", "status") is { ExitCode: 0 } status
                && JsonNode.Parse(status.Output)!["report"]!["processId"]!.ToString() == process)
            {
                Assert.True((await FindAgentAsync()).IsOnline);
                return process;
            }

            await Task.Delay(100, Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await SayJournalAsync();
        }
        finally
        {
            if (_machine is not null)
            {
                await _machine.DisposeAsync();
            }

            await Server.DisposeAsync();
            Say("The server", Server.Log);
            SystemProgram.DeleteTree(_folder);
        }
    }

    private async Task SayJournalAsync()
    {
        // After a test that took too long nothing is run any more.
        if (_machine is not null && !Token.IsCancellationRequested)
        {
            Say("The machine's journal", (await _machine.TryRunAsync("journalctl", "--no-pager", "--output=short-monotonic")).Output.Split('\n'));
        }
    }

    private static void Say(string who, IEnumerable<string> lines) => TestContext.Current.TestOutputHelper?.WriteLine($"{who}:\n{string.Join('\n', lines.TakeLast(MostLines))}");
}
