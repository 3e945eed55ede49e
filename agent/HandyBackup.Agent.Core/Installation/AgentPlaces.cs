using HandyBackup.Agent.Core.Home;

namespace HandyBackup.Agent.Core.Installation;

/// <summary>Where an installed agent lies.</summary>
/// <param name="Program">The folder of the program, absolute.</param>
/// <param name="Data">The data folder, absolute.</param>
public sealed record AgentPlaces(string Program, string Data)
{
    /// <summary>Where it lies unless somebody chose otherwise.</summary>
    public static AgentPlaces Default { get; } = new(
        OperatingSystem.IsWindows()
            ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "HandyBackup", "Agent")
            : "/opt/handybackup-agent",
        AgentHome.DefaultPath);

    /// <summary>The program itself.</summary>
    public string Executable => Path.Join(Program, OperatingSystem.IsWindows() ? "hb-agent.exe" : "hb-agent");
}
