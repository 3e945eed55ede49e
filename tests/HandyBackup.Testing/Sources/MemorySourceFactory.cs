using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>Offers one <see cref="MemorySource"/> under the kind <c>Memory</c>; its options are ignored.</summary>
/// <param name="source">What every call of <see cref="Create"/> returns.</param>
public sealed class MemorySourceFactory(MemorySource source) : ISourceFactory
{
    /// <inheritdoc/>
    public string Kind => "Memory";

    /// <inheritdoc/>
    public string Description => "Items in memory, for tests.";

    /// <inheritdoc/>
    public Type OptionsType => typeof(object);

    /// <inheritdoc/>
    public bool CanRestore => true;

    /// <inheritdoc/>
    public bool NeedsServerAgent => false;

    /// <inheritdoc/>
    public ISource Create(object options) => source;
}
