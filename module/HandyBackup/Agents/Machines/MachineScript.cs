using System.Text;

namespace HandyBackup.Module.Agents.Machines;

/// <summary>The scripts that run on the machine that becomes an agent. They lie beside this file and are part of the assembly.</summary>
internal static class MachineScript
{
    /// <summary>Says what sort of machine it is.</summary>
    public static string Describe { get; } = Read("describe.ps1");

    /// <summary>Makes the folder of a copy.</summary>
    public static string BeginCopy { get; } = Read("begin-copy.ps1");

    /// <summary>Adds a part to the archive of a copy.</summary>
    public static string Append { get; } = Read("append.ps1");

    /// <summary>Compares the archive with its hash and takes it apart.</summary>
    public static string Unpack { get; } = Read("unpack.ps1");

    /// <summary>Copies the installed program aside.</summary>
    public static string CopyInstalled { get; } = Read("copy-installed.ps1");

    /// <summary>Runs the agent's program.</summary>
    public static string Run { get; } = Read("run.ps1");

    /// <summary>Removes the folder of a copy.</summary>
    public static string EndCopy { get; } = Read("end-copy.ps1");

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(MachineScript).Assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
