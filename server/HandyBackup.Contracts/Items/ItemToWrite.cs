namespace HandyBackup.Contracts;

/// <summary>One file or folder on its way to an agent: its place, and what is kept of it besides its content.</summary>
public sealed record ItemToWrite
{
    /// <summary>The folder that receives it, absolute, as the agent's users write paths; it is created where it is missing.</summary>
    public required string Destination { get; init; }

    /// <summary>Its place below the destination, '/' separated, escaped as <see cref="ItemName"/> says. The folders on the way must be there; no link is followed.</summary>
    public required string Path { get; init; }

    /// <summary>The length of a file's content in bytes; null if only reading can tell. Nothing for a folder.</summary>
    public long? Size { get; init; }

    /// <summary>When its content was last changed, to 100 ns; null for the time of writing.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>The permission bits of POSIX; null where there are none. The bits that lend the owner's rights are left out.</summary>
    public int? Mode { get; init; }

    /// <summary>What happens if something exists in its place.</summary>
    public OverwritePolicy Overwrite { get; init; }
}
