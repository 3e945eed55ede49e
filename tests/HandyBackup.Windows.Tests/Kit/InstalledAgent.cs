using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Installation;

namespace HandyBackup.Windows.Tests.Kit;

/// <summary>The machine's agent, or what a test makes one of. All of it is removed at the end.</summary>
internal sealed class InstalledAgent : IAsyncDisposable
{
    public WindowsAgentService Service { get; } = new(TimeProvider.System);

    public AgentPlaces Places { get; } = AgentPlaces.Default;

    public AgentHome Home { get; } = new(AgentPlaces.Default.Data);

    /// <summary>Copies a program to the agent's place and registers the service.</summary>
    public async Task RegisterAsync(string program)
    {
        CopyFolder(program, Places.Program);
        await Service.RegisterAsync(Places, TestContext.Current.CancellationToken);
    }

    /// <summary>Copies a folder with all files, keeping their times.</summary>
    public static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Join(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Not by the program, which may be what a test broke.
        await Service.StopAsync(CancellationToken.None);
        await Service.UnregisterAsync(CancellationToken.None);
        foreach (string folder in Directory.GetDirectories(Path.GetDirectoryName(Places.Program)!, "Agent*").Append(Places.Data))
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
