using HandyBackup.Contracts;
#if NET
using HandyBackup.Stores;
#endif

namespace HandyBackup.Module.Recovery;

/// <summary>A file that appears under its name when it is complete, and not before. Until then it lies beside, under a name of its own.</summary>
internal sealed class NewFile : IDisposable
{
    private readonly string _path;
    private readonly string _unfinished;
    private readonly bool _replace;
    private readonly FileStream _stream;

    private NewFile(string path, bool replace)
    {
        _path = path;
        _unfinished = path + "." + Guid.NewGuid().ToString("N") + ".part";
        _replace = replace;
        _stream = new FileStream(_unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None);
    }

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="replace">True to put it in place of one that exists.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.FileExists"/> or <see cref="ErrorCode.InvalidArgument"/>.</exception>
    public static NewFile Create(string path, bool replace)
    {
        if (!replace && File.Exists(path))
        {
            throw Exists(path);
        }

        return Try(path, () => Directory.Exists(path) ? throw new IOException("it is a folder") : new NewFile(path, replace));
    }

    /// <summary>Appends bytes.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>.</exception>
    public void Write(byte[] content) => Try(_path, () =>
    {
        _stream.Write(content, 0, content.Length);
        return true;
    });

    /// <summary>Gives the file its name. When this returns, it survives a loss of power.</summary>
    /// <returns>Its length in bytes.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.FileExists"/> if somebody else has made one meanwhile, or <see cref="ErrorCode.InvalidArgument"/>.</exception>
    public long Complete() => Try(_path, () =>
    {
        long length = _stream.Length;
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        bool exists = File.Exists(_path);
        if (exists && !_replace)
        {
            throw Exists(_path);
        }

        if (exists)
        {
            File.Replace(_unfinished, _path, destinationBackupFileName: null);
        }
        else
        {
            File.Move(_unfinished, _path);
        }

#if NET
        // Windows PowerShell runs on Windows alone, where nothing of the kind is needed.
        FolderEntries.Flush(Path.GetDirectoryName(_path)!);
#endif
        return length;
    });

    /// <summary>Removes what was written, unless it is complete.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        File.Delete(_unfinished);
    }

    private static T Try<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The file '{path}' cannot be written: {exception.Message}", exception)
            {
                Target = path,
                Advice = "Name a file in a folder that exists, that your account can write to, and that has space left.",
            };
        }
    }

    private static HandyBackupException Exists(string path) => new(ErrorCode.FileExists, $"The file '{path}' exists already.")
    {
        Target = path,
        Advice = "Name another file, or use -Force to replace it.",
    };
}
