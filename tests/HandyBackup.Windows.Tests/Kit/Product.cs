namespace HandyBackup.Windows.Tests.Kit;

/// <summary>Where 'build.ps1 TestWindows' put the programs that users get: beside these tests.</summary>
internal static class Product
{
    private static readonly string s_folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, ".."));

    /// <summary>The folder of the agent's package.</summary>
    public static string AgentFolder { get; } = Path.Combine(s_folder, "agent");

    /// <summary>The agent.</summary>
    public static string Agent { get; } = Path.Combine(AgentFolder, "hb-agent.exe");

    /// <summary>The server.</summary>
    public static string Server { get; } = Path.Combine(s_folder, "server", "hb-server.exe");
}
