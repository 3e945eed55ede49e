using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux;

/// <summary>An open folder that several may use at once: the descriptor is closed when the last of them has released it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class DirectoryHandle(int descriptor)
{
    private int _references = 1;

    /// <summary>The descriptor; valid only while a reference is held.</summary>
    public int Descriptor { get; } = descriptor;

    /// <summary>Takes a reference; false if the folder was closed already.</summary>
    public bool TryAddReference()
    {
        int references = Volatile.Read(ref _references);
        while (references > 0)
        {
            int seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
            {
                return true;
            }

            references = seen;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _ = LibcFile.Close(Descriptor);
        }
    }
}
