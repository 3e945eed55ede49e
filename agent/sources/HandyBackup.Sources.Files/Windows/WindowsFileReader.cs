using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Sessions;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Sources.Files.Windows;

/// <summary>Reads one file straight into the caller's buffer, sharing it with every other program.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsFileReader : ISeekingReader, IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly FileItem _file;
    private long _position;

    private WindowsFileReader(SafeFileHandle handle, FileItem file)
    {
        _handle = handle;
        _file = file;
    }

    /// <exception cref="SourceException">The file cannot be read or is gone.</exception>
    public static WindowsFileReader Open(FileItem file)
    {
        try
        {
            return new WindowsFileReader(
                File.OpenHandle(WindowsPath.ToSystem(file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan),
                file);
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            throw WindowsError.Reading(exception);
        }
    }

    public void Seek(long offset) => _position = offset;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            int read = await RandomAccess.ReadAsync(_handle, buffer, _position, cancellationToken);
            _position += read;
            return read;
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            throw WindowsError.Reading(exception);
        }
    }

    public ValueTask<SourceItemDetails> GetDetailsAsync(CancellationToken cancellationToken) => new(WindowsFileTree.GetDetailsOf(_file));

    public ValueTask<bool> WasChangedAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SourceTime modified = WindowsTime.FromFileTime(File.GetLastWriteTimeUtc(_handle).ToFileTimeUtc());
        return new ValueTask<bool>(RandomAccess.GetLength(_handle) != _file.Size || modified != _file.Modified);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>Reads the first bytes, fewer if the file is shorter.</summary>
    public int ReadStart(Span<byte> buffer)
    {
        try
        {
            return RandomAccess.Read(_handle, buffer, 0);
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            throw WindowsError.Reading(exception);
        }
    }
}
