using System.Text;
using HandyBackup.Sources;
using HandyBackup.Sources.Files;
using HandyBackup.Testing;
using HandyBackup.Windows.Tests.Kit;

namespace HandyBackup.Windows.Tests.Files;

/// <summary>The files of a machine as a destination of restores, on the system's own functions.</summary>
public sealed class WindowsFilesTargetTests : RestoreTargetConformance, IDisposable
{
    private readonly TempFolder _folder = new();

    protected override string Destination => _folder.Combine("new", "destination");

    protected override byte[] DestinationPath => Encoding.UTF8.GetBytes(Destination.Replace(":", "", StringComparison.Ordinal).Replace('\\', '/'));

    protected override bool HasModes => false;

    // Wine makes symbolic links, and then follows them where it should not.
    protected override bool HasLinks => !Wine.IsRunningThis;

    public void Dispose() => _folder.Dispose();

    protected override Task<IRestoringSource> CreateSourceAsync(CancellationToken cancellationToken) =>
        Task.FromResult((IRestoringSource)new FilesSourceFactory().Create(new FilesOptions()));
}
