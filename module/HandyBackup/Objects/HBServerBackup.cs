using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>A file that holds all that a server is.</summary>
public sealed class HBServerBackup
{
    internal HBServerBackup(ServerBackupInfo info, string path, long length)
    {
        Path = path;
        Length = length;
        Made = info.Made;
        HostName = PrintableText.Clean(info.HostName);
        Version = PrintableText.Clean(info.Version);
        DataPath = PrintableText.Clean(info.DataPath);
        StartOptions = [.. info.StartOptions.Select(PrintableText.Clean)];
        Repositories = info.Repositories;
        Tasks = info.Tasks;
        Agents = info.Agents;
        Users = info.Users;
        Fingerprint = info.Fingerprint is null ? null : PrintableText.Clean(info.Fingerprint);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its length in bytes.</summary>
    public long Length { get; }

    /// <summary>When it was made, by the server's clock.</summary>
    public DateTimeOffset Made { get; }

    /// <summary>The host name of the server's machine.</summary>
    public string HostName { get; }

    /// <summary>The version of the server.</summary>
    public string Version { get; }

    /// <summary>The server's data path.</summary>
    public string DataPath { get; }

    /// <summary>The options of the server's command line, without the data path.</summary>
    public string[] StartOptions { get; }

    /// <summary>Repositories known.</summary>
    public int Repositories { get; }

    /// <summary>Tasks known.</summary>
    public int Tasks { get; }

    /// <summary>Agents known, connected or not.</summary>
    public int Agents { get; }

    /// <summary>Users known.</summary>
    public int Users { get; }

    /// <summary>By what panels on other machines know the server; null if it had no certification authority yet.</summary>
    public string? Fingerprint { get; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
