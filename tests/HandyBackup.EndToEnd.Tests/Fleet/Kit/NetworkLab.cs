using System.Globalization;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.Fleet.Kit;

/// <summary>
/// Several machines on one, with cables that can be pulled: network namespaces of Linux, each with a virtual card whose other end is at the switch, a bridge in a
/// namespace of its own. Nothing of it can be seen from the network of this machine.
/// </summary>
internal sealed class NetworkLab : IAsyncDisposable
{
    /// <summary>The program that makes all of it.</summary>
    public const string Program = "ip";

    /// <summary>The length of the network's prefix.</summary>
    public const int PrefixLength = 24;

    private const string NamePrefix = "hb-lab-";
    private const string Bridge = "bridge0";

    private static int s_labs;

    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"{NamePrefix}{Environment.ProcessId}-{Interlocked.Increment(ref s_labs)}-");
    private readonly List<string> _namespaces = [];

    private NetworkLab() => Switch = _prefix + "switch";

    /// <summary>The namespace of the switch.</summary>
    public string Switch { get; }

    /// <summary>Skips the calling test where there can be no lab.</summary>
    public static void SkipUnlessPossible()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Network namespaces are Linux's.");
        Assert.SkipUnless(Environment.UserName == "root", "Only root can make network namespaces.");
        Assert.SkipUnless(File.Exists("/usr/sbin/ip") || File.Exists("/usr/bin/ip") || File.Exists("/sbin/ip"), "ip is not installed (Debian: iproute2).");
    }

    /// <summary>A lab with a switch and no machine.</summary>
    public static async Task<NetworkLab> CreateAsync()
    {
        await RemoveLeftOversAsync();
        var lab = new NetworkLab();
        try
        {
            lab._namespaces.Add(lab.Switch);
            ProgramResult made = await SystemProgram.TryRunAsync(Program, ["netns", "add", lab.Switch], "/");
            Assert.SkipUnless(made.ExitCode == 0, $"A network namespace cannot be made here: {made.Errors}");
            await RunAsync("-n", lab.Switch, "link", "add", Bridge, "type", "bridge");
            await RunAsync("-n", lab.Switch, "link", "set", Bridge, "up");
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a machine with a cable to the switch.</summary>
    /// <param name="name">What it is for.</param>
    public async Task<LabHost> AddHostAsync(string name)
    {
        int number = _namespaces.Count;
        string networkNamespace = _prefix + name;
        string port = string.Create(CultureInfo.InvariantCulture, $"port{number}");
        string address = AddressOf(number);
        await AddNamespaceAsync(networkNamespace);
        await RunAsync("-n", Switch, "link", "add", port, "type", "veth", "peer", "name", LabHost.Card, "netns", networkNamespace);
        await RunAsync("-n", Switch, "link", "set", port, "master", Bridge, "up");
        await RunAsync("-n", networkNamespace, "link", "set", "lo", "up");
        await RunAsync("-n", networkNamespace, "link", "set", LabHost.Card, "up");
        await RunAsync("-n", networkNamespace, "address", "add", $"{address}/{PrefixLength}", "dev", LabHost.Card);
        return new LabHost(this, networkNamespace, port, address);
    }

    /// <summary>The address with a number in the network of the lab.</summary>
    public static string AddressOf(int number) => string.Create(CultureInfo.InvariantCulture, $"10.68.0.{number}");

    /// <summary>Runs <c>ip</c>, which must succeed.</summary>
    /// <returns>What it said.</returns>
    public static Task<string> RunAsync(params string[] arguments) => SystemProgram.RunAsync(Program, arguments, "/");

    /// <summary>Removes all of it. Processes that still run there keep their namespace until they end.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (string networkNamespace in _namespaces)
        {
            await DeleteAsync(networkNamespace);
        }
    }

    // What test programs left that were killed.
    private static async Task RemoveLeftOversAsync()
    {
        foreach (string line in (await RunAsync("netns", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string name = line.Split(' ')[0];
            if (name.StartsWith(NamePrefix, StringComparison.Ordinal) && !Directory.Exists($"/proc/{name[NamePrefix.Length..].Split('-')[0]}"))
            {
                await DeleteAsync(name);
            }
        }
    }

    // Also after a test that was cancelled, so without its token; and two test programs may remove the same left-over.
    private static async Task DeleteAsync(string networkNamespace)
    {
        using var process = System.Diagnostics.Process.Start(Program, ["netns", "delete", networkNamespace]);
        await process.WaitForExitAsync(CancellationToken.None);
    }

    private async Task AddNamespaceAsync(string networkNamespace)
    {
        _namespaces.Add(networkNamespace);
        await RunAsync("netns", "add", networkNamespace);
    }
}
