// SPDX-License-Identifier: Apache-2.0

// A second reader and writer of logs for the interop tests, on golang.org/x/mod/sumdb (the Go checksum database's own code) and
// on transparency-dev/formats for cosignatures. It shares no code with aibom. Each command prints what it found, or fails.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	commands := map[string]func(args []string) error{
		"read":     readLog,
		"proof":    checkProof,
		"request":  checkRequest,
		"write":    writeLog,
		"cosign":   cosign,
		"cosigned": checkCosigned,
	}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: tlog-peer read|proof|request|write|cosign|cosigned ARGUMENTS")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// tilePath is the path of tlog-tiles: that of sumdb without the height.
func tilePath(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

type folder struct{ path string }

func (f folder) Height() int                         { return height }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(f.path, tilePath(tile)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func openCheckpoint(text []byte, vkey string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

func entriesOf(directory string, size int64) ([][]byte, error) {
	var entries [][]byte
	for bundle := int64(0); bundle*256 < size; bundle++ {
		width := min(256, size-bundle*256)
		tile := tlog.Tile{H: height, L: -1, N: bundle, W: int(width)}
		data, err := os.ReadFile(filepath.Join(directory, tilePath(tile)))
		if err != nil {
			return nil, err
		}
		for ; len(data) > 0; width-- {
			length := int(binary.BigEndian.Uint16(data))
			entries = append(entries, data[2:2+length])
			data = data[2+length:]
		}
		if width != 0 {
			return nil, errors.New("a bundle has another number of entries")
		}
	}
	return entries, nil
}

// read DIRECTORY VKEY: the checkpoint, every tile (authenticated from the root down) and every entry.
func readLog(args []string) error {
	text, err := os.ReadFile(filepath.Join(args[0], "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(text, args[1])
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, folder{args[0]})
	entries, err := entriesOf(args[0], tree.N)
	if err != nil {
		return err
	}
	var indexes []int64
	for index := range entries {
		indexes = append(indexes, tlog.StoredHashIndex(0, int64(index)))
	}
	var hashes []tlog.Hash
	// The reader authenticates tiles, and an empty tree has none.
	if tree.N > 0 {
		if hashes, err = reader.ReadHashes(indexes); err != nil {
			return err
		}
	}
	for index, entry := range entries {
		if tlog.RecordHash(entry) != hashes[index] {
			return fmt.Errorf("entry %d has another hash", index)
		}
	}
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil || root != tree.Hash {
		return fmt.Errorf("another root: %v", err)
	}
	fmt.Printf("%d entries, root %s\n", tree.N, root)
	return nil
}

// head splits the lines in front of a checkpoint from it.
func head(path string) ([]string, []byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	lines, checkpoint, found := bytes.Cut(text, []byte("\n\n"))
	if !found {
		return nil, nil, errors.New("no empty line")
	}
	return strings.Split(string(lines), "\n"), checkpoint, nil
}

func hashesOf(lines []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

// proof FILE ENTRY VKEY
func checkProof(args []string) error {
	lines, checkpoint, err := head(args[0])
	if err != nil {
		return err
	}
	entry, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(checkpoint, args[2])
	if err != nil {
		return err
	}
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return errors.New("not a tlog-proof")
	}
	index, err := strconv.ParseInt(lines[1][len("index "):], 10, 64)
	if err != nil {
		return err
	}
	hashes, err := hashesOf(lines[2:])
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(hashes, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return err
	}
	fmt.Printf("entry %d of %d\n", index, tree.N)
	return nil
}

// request FILE OLDCHECKPOINT VKEY
func checkRequest(args []string) error {
	lines, checkpoint, err := head(args[0])
	if err != nil {
		return err
	}
	older, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	newTree, err := openCheckpoint(checkpoint, args[2])
	if err != nil {
		return err
	}
	oldTree, err := openCheckpoint(older, args[2])
	if err != nil {
		return err
	}
	hashes, err := hashesOf(lines[1:])
	if err != nil {
		return err
	}
	if lines[0] != fmt.Sprintf("old %d", oldTree.N) {
		return errors.New("another old size")
	}
	if err := tlog.CheckTree(hashes, newTree.N, newTree.Hash, oldTree.N, oldTree.Hash); err != nil {
		return err
	}
	fmt.Printf("%d continues %d\n", newTree.N, oldTree.N)
	return nil
}

type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, index := range indexes {
		hashes = append(hashes, m[index])
	}
	return hashes, nil
}

// write FROM TO NAME OLD INDEX: a log of its own with the entries of another log, a request from OLD entries, and the proof of
// entry INDEX. Prints the key.
func writeLog(args []string) error {
	skey, vkey, err := note.GenerateKey(nil, args[2])
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		return err
	}
	old, _ := strconv.ParseInt(args[3], 10, 64)
	index, _ := strconv.ParseInt(args[4], 10, 64)
	text, err := os.ReadFile(filepath.Join(args[0], "checkpoint"))
	if err != nil {
		return err
	}
	size, err := strconv.ParseInt(strings.Split(string(text), "\n")[1], 10, 64)
	if err != nil {
		return err
	}
	entries, err := entriesOf(args[0], size)
	if err != nil {
		return err
	}
	var stored memory
	for number, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(number), entry, stored)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
	}
	put := func(path string, data []byte) error {
		full := filepath.Join(args[1], path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return err
		}
		return os.WriteFile(full, data, 0o644)
	}
	for _, tile := range tlog.NewTiles(height, 0, size) {
		data, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			return err
		}
		if err := put(tilePath(tile), data); err != nil {
			return err
		}
		if tile.L != 0 {
			continue
		}
		var bundle []byte
		for _, entry := range entries[tile.N*256 : tile.N*256+int64(tile.W)] {
			bundle = binary.BigEndian.AppendUint16(bundle, uint16(len(entry)))
			bundle = append(bundle, entry...)
		}
		tile.L = -1
		if err := put(tilePath(tile), bundle); err != nil {
			return err
		}
	}
	checkpoint := func(at int64) ([]byte, error) {
		root, err := tlog.TreeHash(at, stored)
		if err != nil {
			return nil, err
		}
		return note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", args[2], at, root)}, signer)
	}
	newest, err := checkpoint(size)
	if err != nil {
		return err
	}
	oldest, err := checkpoint(old)
	if err != nil {
		return err
	}
	record, err := tlog.ProveRecord(size, index, stored)
	if err != nil {
		return err
	}
	tree, err := tlog.ProveTree(size, old, stored)
	if err != nil {
		return err
	}
	files := map[string]string{
		"checkpoint": string(newest),
		"policy":     "log " + vkey + "\nquorum none\n",
		"old":        string(oldest),
		"proof":      fmt.Sprintf("c2sp.org/tlog-proof@v1\nindex %d\n%s\n%s", index, join([]tlog.Hash(record)), newest),
		"request":    fmt.Sprintf("old %d\n%s\n%s", old, join([]tlog.Hash(tree)), newest),
		"request-0":  fmt.Sprintf("old 0\n\n%s", oldest),
	}
	for name, content := range files {
		if err := put(name, []byte(content)); err != nil {
			return err
		}
	}
	fmt.Println(vkey)
	return nil
}

func join(hashes []tlog.Hash) string {
	var lines strings.Builder
	for _, hash := range hashes {
		lines.WriteString(base64.StdEncoding.EncodeToString(hash[:]) + "\n")
	}
	return lines.String()
}

// cosign CHECKPOINT NAME OUT: cosigns a checkpoint without any check; prints the witness's key.
func cosign(args []string) error {
	skey, vkey, err := note.GenerateKey(nil, args[1])
	if err != nil {
		return err
	}
	signer, err := fnote.NewSignerForCosignatureV1(skey)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	body, _, _ := strings.Cut(string(text), "\n\n")
	signed, err := note.Sign(&note.Note{Text: body + "\n"}, signer)
	if err != nil {
		return err
	}
	_, lines, _ := strings.Cut(string(signed), "\n\n")
	witness, err := fnote.VKeyToCosignatureV1(vkey)
	if err != nil {
		return err
	}
	fmt.Println(witness)
	return os.WriteFile(args[2], []byte(lines), 0o644)
}

// cosigned CHECKPOINT WITNESSVKEY: verifies a cosignature and prints its time.
func checkCosigned(args []string) error {
	verifier, err := fnote.NewVerifierForCosignatureV1(args[1])
	if err != nil {
		return err
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return err
	}
	at, err := fnote.CoSigV1Timestamp(opened.Sigs[0])
	if err != nil {
		return err
	}
	fmt.Println(at.UTC().Format("2006-01-02T15:04:05Z"))
	return nil
}
