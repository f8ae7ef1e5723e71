namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>
            /// Parameters, then persistent buffers, by path. The tensors are the module's own, not copies. A shared one stands
            /// under each of its paths.
            /// </summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string Path(string step) => string.IsNullOrEmpty(prefix) ? step : $"{prefix}.{step}";

                foreach (var (path, parameter) in named_parameters()) destination.TryAdd(Path(path), parameter);
                foreach (var (path, buffer) in named_buffers(include_nonpersistent: false)) destination.TryAdd(Path(path), buffer);
                foreach (var (step, child) in _internal_submodules) child.state_dict(destination, Path(step));
                return destination;
            }

            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var destination = state_dict();
                var missing = Absent(destination.Keys, source);
                var unexpected = Absent(source.Keys, destination);
                if (strict && missing.Count + unexpected.Count > 0)
                {
                    throw new InvalidOperationException(
                        $"The state_dict does not fit {GetName()}: missing are [{string.Join(", ", missing)}], unexpected are "
                        + $"[{string.Join(", ", unexpected)}]. With strict: false, what fits is loaded.");
                }

                // In-place on leaves that require a gradient: allowed without a graph only.
                using var ungraphed = no_grad();
                foreach (var (path, value) in source)
                {
                    if (skip?.Contains(path) == true || !destination.TryGetValue(path, out var target)) continue;
                    if (!target.shape.SequenceEqual(value.shape))
                    {
                        throw new ArgumentException(
                            $"'{path}' has shape [{string.Join(", ", value.shape)}] in the state_dict and [{string.Join(", ", target.shape)}] in {GetName()}.",
                            nameof(source));
                    }

                    target.copy_(value);
                }

                return (missing, unexpected);

                List<string> Absent(IEnumerable<string> paths, Dictionary<string, Tensor> from)
                    => paths.Where(path => skip?.Contains(path) != true && !from.ContainsKey(path)).ToList();
            }

            public Module save(string location, IList<string>? skip = null)
            {
                using var stream = File.Create(location);
                return save(stream, skip);
            }

            public Module save(Stream stream, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(stream);
                return save(writer, skip);
            }

            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            /// <summary>TorchSharp's own format: the number of entries, then each path with its tensor.</summary>
            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd, IList<string>? skip = null)
            {
                var kept = sd.Where(entry => skip?.Contains(entry.Key) != true).ToList();
                writer.Encode(kept.Count);
                foreach (var (path, tensor) in kept)
                {
                    writer.Write(path);
                    tensor.Save(writer);
                }
            }

            public virtual Module load(string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                if (!File.Exists(location))
                    throw new FileNotFoundException($"There is no file '{location}' to load {GetName()} from.", location);

                using var stream = File.OpenRead(location);
                return load(stream, strict, skip, loadedParameters);
            }

            public Module load(Stream stream, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var reader = new BinaryReader(stream);
                return load(reader, strict, skip, loadedParameters);
            }

            public virtual Module load(BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                var destination = state_dict();
                var entries = reader.Decode();
                if (strict && entries != destination.Count)
                {
                    throw new ArgumentException(
                        $"The file has {entries} entries, {GetName()} has {destination.Count}: it was written for another model. With strict: false, what fits is loaded.");
                }

                for (long entry = 0; entry < entries; entry++)
                {
                    var path = reader.ReadString();
                    var found = destination.TryGetValue(path, out var target);
                    if (!found && strict)
                    {
                        throw new ArgumentException(
                            $"The file has an entry '{path}', {GetName()} has none of that name. With strict: false, what fits is loaded.");
                    }

                    if (found && skip?.Contains(path) != true) LoadEntry(target!, reader, path);
                    else TensorExtensionMethods.Load(reader, skip: true).Dispose();
                    loadedParameters?.Add(path, found);
                }

                return this;
            }

            public static Module Create<T>(string path)
                where T : Module, new()
                => new T().load(path);

            private static void LoadEntry(Tensor target, BinaryReader reader, string path)
            {
                try
                {
                    target.Load(reader);
                }
                catch (ArgumentException mismatch)
                {
                    throw new ArgumentException($"'{path}': {mismatch.Message}", mismatch);
                }
            }
        }
    }
}
