using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Sources.Files.Windows;

/// <summary>A file that has a temporary name until it is complete.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsRestoreFile : IRestoreFile
{
    private readonly SourceItem _item;
    private readonly string _path;
    private readonly string _temporary;
    private readonly SafeFileHandle _handle;
    private bool _isPlaced;

    private WindowsRestoreFile(SourceItem item, string path, string temporary, SafeFileHandle handle)
    {
        _item = item;
        _path = path;
        _temporary = temporary;
        _handle = handle;
    }

    public static WindowsRestoreFile Create(SourceItem item, string path)
    {
        string temporary = WindowsPath.Join(Path.GetDirectoryName(path)!, $".handybackup-{Guid.NewGuid():N}");
        try
        {
            return new WindowsRestoreFile(item, path, temporary, File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None));
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            throw WindowsError.Writing(exception);
        }
    }

    public async ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            await RandomAccess.WriteAsync(_handle, content, offset, cancellationToken);
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            throw WindowsError.Writing(exception);
        }
    }

    public ValueTask<IReadOnlyList<string>> CompleteAsync(SourceItemDetails details, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            _handle.Dispose();
            var file = new FileInfo(_temporary);
            IReadOnlyList<string> failures = WindowsMetadata.Apply(file, _item, details);
            WindowsRestoreTarget.MakeReplaceable(_path);
            file.MoveTo(_path, overwrite: true);
            _isPlaced = true;
            return new ValueTask<IReadOnlyList<string>>(failures);
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            throw WindowsError.Writing(exception);
        }
    }

    public ValueTask DisposeAsync()
    {
        _handle.Dispose();
        if (!_isPlaced && File.Exists(_temporary))
        {
            File.SetAttributes(_temporary, FileAttributes.Normal);
            File.Delete(_temporary);
        }

        return ValueTask.CompletedTask;
    }
}
