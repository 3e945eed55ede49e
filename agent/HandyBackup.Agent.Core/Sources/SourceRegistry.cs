using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Sources;

/// <summary>The kinds of source that an agent offers. Safe for several threads.</summary>
public sealed class SourceRegistry
{
    private readonly Dictionary<string, (ISourceFactory Factory, SourceOptions Options)> _kinds = new(StringComparer.OrdinalIgnoreCase);
    private readonly SourceDescription[] _descriptions;

    /// <summary>Takes the factories, in the order in which they are described.</summary>
    /// <exception cref="ArgumentException">Two have the same kind, or an options class has a property of a type that cannot be set.</exception>
    public SourceRegistry(IEnumerable<ISourceFactory> factories)
    {
        var descriptions = new List<SourceDescription>();
        foreach (ISourceFactory factory in factories)
        {
            var options = new SourceOptions(factory.Kind, factory.OptionsType);
            _kinds.Add(factory.Kind, (factory, options));
            descriptions.Add(new SourceDescription
            {
                Kind = factory.Kind,
                Description = factory.Description,
                CanRestore = factory.CanRestore,
                NeedsServerAgent = factory.NeedsServerAgent,
                Options = options.Describe(),
            });
        }

        _descriptions = [.. descriptions];
    }

    /// <summary>All kinds with their options.</summary>
    public IReadOnlyList<SourceDescription> Describe() => _descriptions;

    /// <summary>Makes a source from what a user chose. Touches nothing outside the process.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SourceUnknown"/>, or <see cref="ErrorCode.SourceOptionInvalid"/> with the option as target.</exception>
    public ISource Create(SourceSelection selection)
    {
        if (!_kinds.TryGetValue(selection.Source, out (ISourceFactory Factory, SourceOptions Options) kind))
        {
            throw new HandyBackupException(ErrorCode.SourceUnknown, $"The agent has no source '{selection.Source}'.")
            {
                Target = selection.Source,
                Advice = $"It has: {string.Join(", ", _descriptions.Select(description => description.Kind))}.",
            };
        }

        object options = kind.Options.Bind(selection.Options);
        try
        {
            return kind.Factory.Create(options);
        }
        catch (SourceException exception)
        {
            throw SourceErrors.ToException(exception, selection.Source);
        }
    }

    /// <summary>Makes a source that can take items back.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RestoreNotSupported"/>, and what <see cref="Create"/> throws.</exception>
    public IRestoringSource CreateRestoring(SourceSelection selection) =>
        Create(selection) as IRestoringSource ?? throw new HandyBackupException(
            ErrorCode.RestoreNotSupported, $"The source '{selection.Source}' cannot take items back.")
        {
            Target = selection.Source,
            Advice = "Restore into a folder with the source Files.",
        };
}
