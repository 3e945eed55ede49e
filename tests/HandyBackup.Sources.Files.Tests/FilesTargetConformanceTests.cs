using System.Text;
using HandyBackup.Testing;

namespace HandyBackup.Sources.Files.Tests;

public sealed class FilesTargetConformanceTests : RestoreTargetConformance, IDisposable
{
    private readonly TestTree _tree = TestTree.Create();

    protected override string Destination => _tree.Combine("new/destination");

    protected override byte[] DestinationPath => Encoding.UTF8.GetBytes(Destination[1..]);

    public void Dispose() => _tree.Dispose();

    protected override Task<IRestoringSource> CreateSourceAsync(CancellationToken cancellationToken) =>
        Task.FromResult((IRestoringSource)new FilesSourceFactory().Create(new FilesOptions()));
}
