namespace HandyBackup.Module.Agents.Machines;

/// <summary>What a machine says of itself before anything is done to it.</summary>
/// <param name="Runtime">The package that it needs, such as <c>linux-x64</c>.</param>
/// <param name="Parent">The folder in which a copy may lie for a moment, absolute.</param>
internal sealed record MachineDescription(string Runtime, string Parent)
{
    /// <summary>True for Linux.</summary>
    public bool IsLinux => Runtime.StartsWith("linux", StringComparison.Ordinal);

    /// <summary>A folder for a copy whose name nobody can know before.</summary>
    public string NewFolder() => $"{Parent.TrimEnd('/', '\\')}{(IsLinux ? '/' : '\\')}handybackup-copy-{Guid.NewGuid():N}";
}
